namespace KafkaMesh.Operator.Commands.OperatorApi;

/// <summary>The operator did not answer with what was asked for.</summary>
/// <param name="exitCode">How the command ends.</param>
/// <param name="message">One sentence that says what is wrong and what to do.</param>
/// <param name="inner">What led to it.</param>
internal sealed class OperatorApiException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>There is no such KafkaMonitor or pod.</summary>
    public const int ExitNotFound = 1;

    /// <summary>How the command ends.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The API server or the operator wants a token that it did not get.</summary>
    public bool WantsToken { get; init; }
}
