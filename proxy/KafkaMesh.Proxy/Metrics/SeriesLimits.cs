namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// How many values each label that the traffic chooses may take; all further ones are counted under <c>__other__</c>, until idle ones make room.
/// 0 switches the dimension off.
/// </summary>
/// <param name="Topics">Topic names, 0 to <see cref="Maximum"/>.</param>
/// <param name="Clients">Client ids with their software, 0 to <see cref="Maximum"/>.</param>
/// <param name="Groups">Consumer groups, 0 to <see cref="Maximum"/>.</param>
internal sealed record SeriesLimits(int Topics = 200, int Clients = 100, int Groups = 100)
{
    /// <summary>How long a series must be unused to make room for another one: several scrapes.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(5);

    /// <summary>Largest limit of a dimension; it bounds the memory of the sidecar.</summary>
    public const int Maximum = 10_000;
}
