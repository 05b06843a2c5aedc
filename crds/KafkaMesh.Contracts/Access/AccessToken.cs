namespace KafkaMesh.Contracts.Access;

/// <summary>
/// The form of the tokens that let a caller from outside the pod see a sidecar's connections, and the operator take its last report: a JSON Web Token (RFC 7519) as compact
/// JWS (RFC 7515) with ES256 (RFC 7518 section 3.4). Claims: <c>aud</c> the pod's uid, <c>scope</c> what is permitted, separated by
/// spaces (RFC 8693 section 4.2), <c>iat</c> and <c>exp</c> in seconds since 1970.
/// </summary>
public static class AccessToken
{
    /// <summary>Header parameter <c>alg</c>; nothing else is accepted.</summary>
    public const string Algorithm = "ES256";

    /// <summary>Header parameter <c>typ</c>: no token that is made for something else passes for one of these (RFC 8725 section 3.11).</summary>
    public const string Type = "kafkamesh-access+jwt";

    /// <summary>Scope of <c>/connections</c>.</summary>
    public const string ConnectionsScope = "connections";

    /// <summary>Scope of <c>/tap</c>.</summary>
    public const string TapScope = "tap";

    /// <summary>Scope of the last <c>/stats</c> of a draining sidecar, and of a rate of its own there: all else of <c>/stats</c> is open.</summary>
    public const string StatsScope = "stats";

    /// <summary>Longest token in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>From <c>iat</c> to <c>exp</c>; a longer-lived token is refused.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>How far the signer's clock may be ahead of the reader's.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);
}
