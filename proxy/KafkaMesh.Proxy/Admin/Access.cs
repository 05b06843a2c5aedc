namespace KafkaMesh.Proxy.Admin;

/// <summary>Whether a caller may see the connections of this pod.</summary>
internal enum Access : byte
{
    /// <summary>It may.</summary>
    Granted,

    /// <summary>It is not in this pod and has no valid token.</summary>
    NoToken,

    /// <summary>Its token permits something else.</summary>
    OtherScope,

    /// <summary>Its token was not looked at: others, or the caller itself, had too many checked just now.</summary>
    TooOften,
}
