using System.Globalization;

namespace KafkaMesh.Proxy.Admin;

/// <summary>Which part of the connection table is asked for.</summary>
/// <param name="After">Only connections with a greater id: the last one of the page before.</param>
/// <param name="Limit">How many, 1 to <see cref="MaxLimit"/>.</param>
internal sealed record ConnectionQuery(long After = 0, int Limit = ConnectionQuery.MaxLimit)
{
    /// <summary>Most connections in one answer; it bounds the answer's size.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Reads a query string.</summary>
    /// <param name="query">Without the question mark.</param>
    /// <param name="error">What is wrong, one sentence; null when nothing is.</param>
    public static ConnectionQuery Read(string query, out string? error)
    {
        var result = new ConnectionQuery();
        error = null;
        foreach ((string name, string value) in QueryText.Read(query))
        {
            if (name == "after" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long after))
            {
                result = result with { After = after };
            }
            else if (name == "limit" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= MaxLimit)
            {
                result = result with { Limit = limit };
            }
            else
            {
                error = "the query may have after=ID and limit=N, 1 to 1000";
            }
        }

        return result;
    }
}
