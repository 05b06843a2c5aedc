namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>What was read, or why it could not be.</summary>
/// <typeparam name="T">What was read.</typeparam>
/// <param name="Value">It; null also when there is no such object.</param>
/// <param name="Problem">Why it could not be seen; null when it could.</param>
internal readonly record struct Sight<T>(T? Value, string? Problem)
    where T : class;
