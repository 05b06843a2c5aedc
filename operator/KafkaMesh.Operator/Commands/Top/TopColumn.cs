namespace KafkaMesh.Operator.Commands.Top;

/// <summary>A column of a view.</summary>
/// <param name="Head">Its heading, by which <c>--sort</c> names it.</param>
/// <param name="IsFigure">Whether it holds figures: to the right, sorted as numbers, largest first.</param>
/// <param name="IsWide">Whether narrow output leaves it out.</param>
internal sealed record TopColumn(string Head, bool IsFigure = false, bool IsWide = false);
