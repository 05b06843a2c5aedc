using System.Xml.Linq;

namespace KafkaMesh.Architecture.Tests;

/// <summary>What one project file says of its dependencies.</summary>
internal sealed record ProjectFile(string Name, string Path, IReadOnlyList<string> ProjectReferences, IReadOnlyList<string> PackageReferences, XDocument Xml)
{
    public static IReadOnlyList<ProjectFile> All { get; } = [.. RepositoryTree.Files(".csproj").Select(Read)];

    public bool IsShipped => !Path.StartsWith("tests/", StringComparison.Ordinal);

    public static ProjectFile Named(string name) => All.Single(project => project.Name == name);

    private static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(System.IO.Path.Combine(RepositoryTree.Root, path));
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
