namespace KafkaMesh.Codec;

/// <summary>The fields of a request, response or embedded message for a range of its versions.</summary>
/// <param name="Versions">Versions that it describes.</param>
/// <param name="Flexible">Those of them with compact lengths and tagged fields.</param>
/// <param name="Fields">Its fields in wire order.</param>
internal sealed record MessageLayout(VersionSpan Versions, VersionSpan Flexible, FieldLayout[] Fields);
