namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>Events <c>lost</c>, <c>left</c> and <c>end</c>.</summary>
/// <param name="Count">Events that are left out.</param>
/// <param name="Pod">Pod that left.</param>
/// <param name="Reason">Why.</param>
internal sealed record TapNotice(long Count, string? Pod, string? Reason);
