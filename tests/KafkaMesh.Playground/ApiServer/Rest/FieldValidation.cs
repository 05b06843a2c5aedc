namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What happens with unknown and duplicate fields (query parameter <c>fieldValidation</c>).</summary>
internal enum FieldValidation
{
    /// <summary>They vanish silently.</summary>
    Ignore,

    /// <summary>They vanish, each with a Warning header; the server's default.</summary>
    Warn,

    /// <summary>They refuse the request.</summary>
    Strict,
}
