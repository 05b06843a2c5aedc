using System.Text.RegularExpressions;

namespace KafkaMesh.Architecture.Tests;

/// <summary>The layout that the user fixed and the sizes that keep files readable.</summary>
public sealed partial class LayoutTests
{
    private const int MostLines = 500;

    private static readonly string[] AllowedTopLevel =
    [
        "ARCHITECTURE.md", "BannedSymbols.txt", "CHANGELOG.md", "CONTRIBUTING.md", "Directory.Build.props", "Directory.Packages.props", "KafkaMeshOperator.sln",
        "LICENSE", "Makefile", "README.md", "codec", "config", "crds", "docs", "global.json", "operator", "proxy", "tests",
    ];

    [Fact]
    public void TopLevel_Entries_AreTheDesignedOnes()
    {
        var entries = Directory.EnumerateFileSystemEntries(RepositoryTree.Root).Select(path => Path.GetFileName(path)!)
            .Where(name => !name.StartsWith('.') && name is not ("out" or "bin" or "obj" or "TestResults"));

        Assert.Equal(AllowedTopLevel.Order(StringComparer.Ordinal), entries.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SourceFiles_NotGenerated_StayReadable()
    {
        var tooLong = RepositoryTree.Files(".cs", ".ts", ".sh")
            .Where(path => !path.EndsWith(".g.cs", StringComparison.Ordinal) && !path.Contains("/Generated/", StringComparison.Ordinal))
            .Select(path => (path, lines: File.ReadLines(Path.Combine(RepositoryTree.Root, path)).Count()))
            .Where(file => file.lines > MostLines)
            .Select(file => $"{file.path}: {file.lines} lines");

        Assert.Empty(tooLong);
    }

    /// <summary>Terms of the field that happen to end like a vague name: Kubernetes' server-side apply has field managers.</summary>
    private static readonly string[] FieldTerms = ["FieldManager"];

    [Theory]
    [InlineData("Manager")]
    [InlineData("Helper")]
    [InlineData("Helpers")]
    [InlineData("Util")]
    [InlineData("Utils")]
    public void SourceFiles_Names_SayWhatTheTypeDoes(string ending) =>
        Assert.DoesNotContain(
            RepositoryTree.Files(".cs").Select(path => Path.GetFileNameWithoutExtension(path)),
            name => name.EndsWith(ending, StringComparison.Ordinal) && !FieldTerms.Contains(name));

    /// <summary>A variable with the product's prefix is a setting: the sidecar and the operator that tests start warn of one that they do not know.</summary>
    [Fact]
    public void TestsVariables_Names_AreOutsideTheProductsPrefix()
    {
        var readers = RepositoryTree.Files(".cs", ".sh", "Makefile")
            .Where(path => path.StartsWith("tests/", StringComparison.Ordinal) || path == "Makefile")
            .SelectMany(path => ProductVariable().Matches(File.ReadAllText(Path.Combine(RepositoryTree.Root, path))).Select(match => $"{path}: {match.Value}"));

        Assert.Empty(readers);
    }

    [Fact]
    public void BinaryFiles_InTheRepository_AreNone() =>
        Assert.Empty(RepositoryTree.Files(".dll", ".exe", ".so", ".jar", ".nupkg", ".tgz", ".deb", ".whl"));

    // Read by C#, given to a command, exported or expanded by a shell; the proxy's chains and what tests hand the product stand in other text.
    [GeneratedRegex("""(GetEnvironmentVariable\("|^\s*(export )?|\$\{?|env )KAFKAMESH_[A-Z0-9_]+(?=["=:}]|$)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ProductVariable();
}
