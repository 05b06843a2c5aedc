namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>What a pod belongs to.</summary>
/// <param name="Kind">Kind of its owner; Pod for a pod of nobody.</param>
/// <param name="Name">Name of its owner.</param>
internal sealed record WorkloadView(
    string Kind,
    string Name);
