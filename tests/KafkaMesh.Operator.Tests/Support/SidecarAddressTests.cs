using System.Text.RegularExpressions;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Sidecars of tests listen on the port that sidecars have, each on an address of its own: classes run at the same time.</summary>
public sealed partial class SidecarAddressTests
{
    [Fact]
    public void Addresses_OfTheSidecarsOfAClass_AreItsOwn()
    {
        var used = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "KafkaMesh.Operator.Tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => Address().Matches(File.ReadAllText(file)).Select(m => (Address: m.Value, File: Path.GetFileName(file)))).Distinct()
            .ToLookup(u => u.Address, u => u.File);
        Assert.InRange(used.Count, 30, 1000);
        Assert.Empty(used.Where(u => u.Count() > 1).Select(u => $"{u.Key}: {string.Join(", ", u)}"));
    }

    // On 127.0.0.1 they take any port.
    [GeneratedRegex("""127\.0\.(?!0\.1")[0-9]+\.[0-9]+(?=")""")]
    private static partial Regex Address();
}
