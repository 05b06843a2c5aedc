using System.Reflection.PortableExecutable;
using KafkaMesh.Proxy.ProfileTool;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.ProfileTool;

/// <summary>The list that ships is of this program and this framework: what was renamed since it was made is compiled at start again.</summary>
public sealed class UsedMethodsTests
{
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(TestPaths.Root, "proxy", "KafkaMesh.Proxy", "used-methods.txt"));

    [Theory]
    [InlineData("KafkaMesh.", 500)]
    [InlineData("System.", 3000)]
    public void List_OfAPart_IsStillThere(string part, int least)
    {
        using var assemblies = new AssemblySet(Assemblies());
        var profile = new ProfileWriter(assemblies);
        var listed = s_lines.Where(line => line.StartsWith(part, StringComparison.Ordinal)).ToList();
        var lost = listed.Where(line => !profile.Add(MethodName.Parse(line))).ToList();

        Assert.InRange(listed.Count, least, 10_000);
        Assert.True(lost.Count <= listed.Count * ProfileCommand.TolerableLoss, $"{lost.Count} of {listed.Count} are gone ('make profile' lists them anew): {string.Join('\n', lost.Take(50))}");
    }

    [Fact]
    public void List_Lines_AreSortedWithinSectionsAndUnique()
    {
        List<List<string>> sections = [];
        foreach (var line in s_lines)
        {
            if (line.StartsWith('#'))
                sections.Add([]);
            else
                sections[^1].Add(line);
        }

        Assert.Equal(3, sections.Count(section => section.Count > 0));
        Assert.All(sections, section => Assert.Equal(section.Order(StringComparer.Ordinal), section));
        Assert.Equal(s_lines.Length, s_lines.Distinct(StringComparer.Ordinal).Count());
    }

    // The framework that runs this test, and what lies beside it.
    private static IEnumerable<string> Assemblies()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return new[] { framework, AppContext.BaseDirectory }.SelectMany(directory => Directory.GetFiles(directory, "*.dll"))
            .DistinctBy(Path.GetFileName).Where(IsAssembly);
    }

    private static bool IsAssembly(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        return file.HasMetadata;
    }
}
