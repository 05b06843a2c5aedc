namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>Event <c>pods</c>: which pods are tapped.</summary>
/// <param name="Pods">Their names.</param>
/// <param name="More">How many are left out.</param>
internal sealed record TapPods(IReadOnlyList<string>? Pods, int More);
