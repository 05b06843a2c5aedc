using System.Xml.Linq;

namespace KafkaMesh.Architecture.Tests;

/// <summary>What one project file says of its dependencies.</summary>
internal sealed record ProjectFile(string Name, string Path, IReadOnlyList<string> ProjectReferences, IReadOnlyList<string> PackageReferences, XDocument Xml)
{
    public static IReadOnlyList<ProjectFile> All { get; } =
        [.. RepositoryTree.Files(".csproj").Select(path => Parse(path, File.ReadAllText(System.IO.Path.Combine(RepositoryTree.Root, path))))];

    public bool IsShipped => !Path.StartsWith("tests/", StringComparison.Ordinal);

    public static ProjectFile Named(string name) => All.Single(project => project.Name == name);

    /// <summary>Items that bring in other code without a project or package reference: libraries by file, sources and targets of other folders.</summary>
    public IEnumerable<string> Backdoors() => Includes(Xml, "Reference")
        .Concat(Includes(Xml, "Compile").Where(include => include.Contains("..", StringComparison.Ordinal)))
        .Concat(Xml.Descendants("Import").Select(import => (string?)import.Attribute("Project") ?? ""));

    /// <summary>Reads the text of a project file.</summary>
    /// <param name="path">Relative to the root.</param>
    /// <param name="text">Its content.</param>
    public static ProjectFile Parse(string path, string text)
    {
        var xml = XDocument.Parse(text);
        return new ProjectFile(
            System.IO.Path.GetFileNameWithoutExtension(path),
            path,
            [.. Includes(xml, "ProjectReference").Select(include => System.IO.Path.GetFileNameWithoutExtension(include))],
            [.. Includes(xml, "PackageReference")],
            xml);
    }

    private static IEnumerable<string> Includes(XDocument xml, string element) =>
        xml.Descendants(element).Select(reference => (string?)reference.Attribute("Include")).OfType<string>();
}
