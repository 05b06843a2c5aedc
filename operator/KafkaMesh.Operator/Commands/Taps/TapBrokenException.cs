namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>A tap broke off without a word why.</summary>
/// <param name="message">What happened, without a full stop.</param>
/// <param name="inner">What led to it.</param>
internal sealed class TapBrokenException(string message, Exception inner) : Exception(message, inner);
