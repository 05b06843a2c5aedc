namespace KafkaMesh.Fuzz;

/// <summary>An input for which something did not hold.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Input">The bytes, made as short as was tried.</param>
/// <param name="What">One line.</param>
/// <param name="Details">The exception.</param>
internal sealed record Finding(string Target, byte[] Input, string What, string Details);
