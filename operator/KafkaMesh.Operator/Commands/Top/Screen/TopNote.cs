namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>A sentence about the figures.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="IsWrong">Whether something is wrong.</param>
internal readonly record struct TopNote(string Text, bool IsWrong);
