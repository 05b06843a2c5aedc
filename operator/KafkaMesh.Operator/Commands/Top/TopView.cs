using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Commands.Top;

/// <summary>One way to look at KafkaMonitors.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Sort">Heading of the column that it is sorted by at first.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record TopView(string Name, IReadOnlyList<TopColumn> Columns, string Sort, Func<TopData, IEnumerable<TopRow>> Rows)
{
    /// <summary>Whether it takes the figures of each monitor, not only the list.</summary>
    public bool NeedsDetails { get; init; } = true;

    /// <summary>How many rows of a KafkaMonitor an answer had no room for.</summary>
    public Func<MoreView, int> More { get; init; } = _ => 0;

    /// <summary>Rows that some data have no room for.</summary>
    public int LeftOut(TopData data) => data.Details.Sum(d => More(d.More));
}
