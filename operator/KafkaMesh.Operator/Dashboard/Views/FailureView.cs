namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>What could not be decoded.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How often.</param>
internal sealed record FailureView(
    string Reason,
    long Count);
