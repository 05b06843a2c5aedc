namespace KafkaMesh.Codec.Tests.Schema;

/// <summary>What is told to metrics, field by field. A change of the rules or of the schema shows here, to be read before it is accepted.</summary>
public sealed class SemanticsTests
{
    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "KafkaMesh.Codec.Tests", "Schema", "semantics.txt");

    /// <summary>After a wanted change replace the file by what the test leaves beside it, and read the difference.</summary>
    [Fact]
    public void Of_EveryFieldOfEveryVersion_IsAsListed()
    {
        var actual = SemanticListing.Of(Repository.Schema);
        if (actual == File.ReadAllText(Golden)) return;
        var received = Path.Combine(AppContext.BaseDirectory, "semantics.received.txt");
        File.WriteAllText(received, actual);
        Assert.Fail($"What fields mean has changed: compare {Golden} with {received}.");
    }
}
