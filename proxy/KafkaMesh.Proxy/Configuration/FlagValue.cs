namespace KafkaMesh.Proxy.Configuration;

/// <summary>A value as it was given, with where it came from.</summary>
/// <param name="Text">The value.</param>
/// <param name="Origin"><c>--flag</c>, <c>KAFKAMESH_VARIABLE</c> or empty for the default.</param>
internal readonly record struct FlagValue(string Text, string Origin);
