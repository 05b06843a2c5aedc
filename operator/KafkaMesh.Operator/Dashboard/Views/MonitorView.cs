namespace KafkaMesh.Operator.Dashboard.Views;

/// <summary>One monitor with all its figures.</summary>
internal sealed record MonitorView : MonitorSummaryView
{
    /// <summary>Adds to what the overview shows.</summary>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public MonitorView(MonitorSummaryView summary)
        : base(summary)
    {
    }

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>What it asks for.</summary>
    public SpecView? Spec { get; init; }

    /// <summary>By API key.</summary>
    public IReadOnlyList<ApiView> Apis { get; init; } = [];

    /// <summary>Most frequent first.</summary>
    public IReadOnlyList<ErrorView> Errors { get; init; } = [];

    /// <summary>Busiest first.</summary>
    public IReadOnlyList<TopicView> Topics { get; init; } = [];

    /// <summary>By client id.</summary>
    public IReadOnlyList<ClientView> Clients { get; init; } = [];

    /// <summary>Largest first.</summary>
    public IReadOnlyList<GroupView> Groups { get; init; } = [];

    /// <summary>By name.</summary>
    public IReadOnlyList<PodView> PodList { get; init; } = [];

    /// <summary>Series that living sidecars counted under <c>__other__</c>, by metric.</summary>
    public IReadOnlyDictionary<string, long> SeriesDropped { get; init; } = new Dictionary<string, long>();

    /// <summary>What had no room.</summary>
    public MoreView More { get; init; } = new(0, 0, 0, 0);
}
