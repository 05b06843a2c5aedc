namespace KafkaMesh.Operator.Commands.Top;

/// <summary>What of a view is shown, and in which order.</summary>
/// <param name="Column">Heading of the column that it is sorted by.</param>
/// <param name="IsDescending">Largest or last first.</param>
/// <param name="Filter">Part of a cell that rows must have; empty for all rows.</param>
/// <param name="IsWide">Whether wide columns are shown.</param>
internal sealed record TopOrder(string Column, bool IsDescending, string Filter, bool IsWide)
{
    /// <summary>Sorted by a column, or as the view is at first: figures largest first, names in order.</summary>
    public static TopOrder Of(TopView view, string? column, string filter, bool isWide)
    {
        var head = column ?? view.Sort;
        return new TopOrder(head, view.Columns.First(c => c.Head == head).IsFigure, filter, isWide);
    }
}
