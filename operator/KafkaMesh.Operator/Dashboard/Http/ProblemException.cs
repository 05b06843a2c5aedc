namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>A request that is not answered with what it asked for; the message is one sentence for the caller that says what and what to do.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="detail">The sentence.</param>
/// <param name="inner">What led to it.</param>
internal class ProblemException(int status, string detail, Exception? inner = null) : Exception(detail, inner)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>With which <c>Retry-After</c> it is told, where its status has one (429 and 503).</summary>
    public int RetrySeconds { get; init; } = 5;

    /// <summary>The query cannot be understood.</summary>
    public static ProblemException BadRequest(string detail) => new(400, detail);

    /// <summary>There is no such thing.</summary>
    public static ProblemException NotFound(string detail) => new(404, detail);
}
