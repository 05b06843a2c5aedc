using System.Net;
using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>
/// Tokens that nobody knows yet, by where they come from: one address takes no more than its share of the places, and of the share of one that passes
/// requests on, such as the API server, each of those behind it takes no more than half.
/// </summary>
/// <param name="most">From one address at a time.</param>
internal sealed class Strangers(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts one until what is returned is disposed of.</summary>
    /// <param name="origin">Addresses, nearest first (<see cref="RequestOrigin"/>).</param>
    /// <exception cref="ProblemException">An address has its share.</exception>
    public IDisposable Enter(IReadOnlyList<IPAddress> origin)
    {
        var keys = Enumerable.Range(1, origin.Count).Select(length => string.Join(' ', origin.Take(length))).ToList();
        lock (_gate)
        {
            for (var depth = 0; depth < keys.Count; depth++)
            {
                if (_counts.GetValueOrDefault(keys[depth]) >= most >> depth)
                    throw new ProblemException(503, $"{most >> depth} unknown tokens of your address are being checked; try again in a moment");
            }
            foreach (var key in keys)
                _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
        return new Place(this, keys);
    }

    private void Leave(List<string> keys)
    {
        lock (_gate)
        {
            foreach (var key in keys)
            {
                if (--_counts[key] == 0)
                    _counts.Remove(key);
            }
        }
    }

    private sealed class Place(Strangers strangers, List<string> keys) : IDisposable
    {
        public void Dispose() => strangers.Leave(keys);
    }
}
