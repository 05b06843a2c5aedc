namespace KafkaMesh.Operator.Admission;

/// <summary>A quantity of a LimitRange, as written and as a number.</summary>
/// <param name="Text">Such as <c>50m</c> or <c>64Mi</c>.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct LimitedAmount(string Text, decimal Value);
