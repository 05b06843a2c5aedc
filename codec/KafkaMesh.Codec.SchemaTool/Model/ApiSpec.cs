namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>One API key: all versions of its request and response.</summary>
/// <param name="Key">The key.</param>
/// <param name="Name">Name as JMX spells it.</param>
/// <param name="Requests">Parts of the request, highest versions first, without overlap.</param>
/// <param name="Responses">Parts of the response, likewise.</param>
internal sealed record ApiSpec(short Key, string Name, IReadOnlyList<MessageSpec> Requests, IReadOnlyList<MessageSpec> Responses)
{
    /// <summary>All versions of the key.</summary>
    public VersionRange Versions => new(Requests.Min(part => part.Versions.Min), Requests.Max(part => part.Versions.Max));

    /// <summary>The first version with compact lengths and tagged fields; -1 when there is none.</summary>
    public short FirstFlexible => Requests.Concat(Responses)
        .Where(part => !part.Flexible.IsNone)
        .Select(part => part.Flexible.Min)
        .DefaultIfEmpty((short)-1)
        .Min();

    /// <summary>The part of the request or response that describes a version.</summary>
    public MessageSpec Part(MessageKind kind, int version) =>
        (kind == MessageKind.Request ? Requests : Responses).First(part => part.Versions.Contains(version));
}
