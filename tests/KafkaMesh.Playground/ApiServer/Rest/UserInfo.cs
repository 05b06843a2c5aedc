namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Who makes a request, as authentication found out.</summary>
internal sealed record UserInfo(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>A request without credentials.</summary>
    public static readonly UserInfo Anonymous = new("system:anonymous", ["system:unauthenticated"]);

    /// <summary>The user's uid, or null.</summary>
    public string? Uid { get; init; }

    /// <summary>Further facts that an authenticator knows, such as the pod of a service account token.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The identity of a part of the control plane itself; it may do everything.</summary>
    public static UserInfo System(string name) => new(name, ["system:masters", "system:authenticated"]);
}
