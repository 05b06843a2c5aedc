namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Occurrences of one error.</summary>
/// <param name="ApiKey">Kafka's API key.</param>
/// <param name="Api">Kafka's name of it.</param>
/// <param name="Error">Kafka's name of the error.</param>
/// <param name="Count">In total.</param>
/// <param name="PerSecond">Over the last interval.</param>
internal sealed record ErrorView(
    int ApiKey,
    string Api,
    string Error,
    long Count,
    double? PerSecond);
