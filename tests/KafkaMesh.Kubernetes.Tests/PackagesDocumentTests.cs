using System.Text.RegularExpressions;
using KafkaMesh.Kubernetes.Client;

namespace KafkaMesh.Kubernetes.Tests;

/// <summary>docs/packages.md names every public type of the layer, and none that is not there.</summary>
public sealed partial class PackagesDocumentTests
{
    [Fact]
    public void PackagesDocument_PublicTypes_AreExactlyThoseOfTheFirstColumns()
    {
        var types = typeof(KubernetesClient).Assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]);

        var named = FirstColumn().Matches(File.ReadAllText(Document())).Select(match => match.Groups["type"].Value);

        Assert.Equal(types.Distinct().Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static string Document()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "KafkaMeshOperator.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        }

        return Path.Combine(directory.FullName, "docs", "packages.md");
    }

    [GeneratedRegex("^\\| `(?<type>[A-Za-z0-9]+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstColumn();
}
