namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>The operator and what the caller may do.</summary>
/// <param name="Version">Version of the operator.</param>
/// <param name="Auth"><c>None</c> or <c>Token</c>: what looking needs.</param>
/// <param name="User">Who the token belongs to; null without one.</param>
/// <param name="Leader">False: the leader could not be reached, and no figures are known.</param>
/// <param name="Now">The time.</param>
/// <param name="HistorySeconds">How far back a history goes.</param>
internal sealed record InfoView(
    string Version,
    string Auth,
    string? User,
    bool Leader,
    DateTimeOffset Now,
    int HistorySeconds);
