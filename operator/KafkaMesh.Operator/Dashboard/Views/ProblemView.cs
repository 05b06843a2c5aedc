namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>Why there is no answer (RFC 9457).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Name of the status.</param>
/// <param name="Detail">One sentence that says what and what to do.</param>
internal sealed record ProblemView(
    int Status,
    string Title,
    string Detail);
