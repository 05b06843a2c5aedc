namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>A message, or the part of it that holds for a range of its versions.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Name">Name as its definition gives it: FetchRequest.</param>
/// <param name="ApiKey">API key; -1 for headers and data.</param>
/// <param name="Versions">Versions that it describes.</param>
/// <param name="Flexible">Those of them that use compact lengths and tagged fields.</param>
/// <param name="Fields">Its fields in wire order.</param>
internal sealed record MessageSpec(
    MessageType Type,
    string Name,
    short ApiKey,
    VersionRange Versions,
    VersionRange Flexible,
    IReadOnlyList<FieldSpec> Fields)
{
    /// <summary>The message cut down to some versions.</summary>
    public MessageSpec Within(VersionRange range)
    {
        var versions = Versions.Intersect(range);
        return this with { Versions = versions, Flexible = Flexible.Intersect(versions), Fields = FieldSpec.WithinAll(Fields, versions) };
    }
}
