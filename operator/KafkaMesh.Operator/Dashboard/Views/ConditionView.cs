namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>A condition of a monitor.</summary>
/// <param name="Type">Ready, Progressing, Degraded or Conflict.</param>
/// <param name="Status">True, False or Unknown.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Since">When the status changed.</param>
internal sealed record ConditionView(
    string Type,
    string Status,
    string Reason,
    string Message,
    DateTimeOffset? Since);
