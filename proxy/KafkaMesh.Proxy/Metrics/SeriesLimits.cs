namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// How many values each label that the traffic chooses may take; all further ones are counted under <c>__other__</c>.
/// 0 switches the dimension off.
/// </summary>
/// <param name="Topics">Topic names, 0 to <see cref="Maximum"/>.</param>
/// <param name="Clients">Client ids with their software, 0 to <see cref="Maximum"/>.</param>
/// <param name="Groups">Consumer groups, 0 to <see cref="Maximum"/>.</param>
internal sealed record SeriesLimits(int Topics = 200, int Clients = 100, int Groups = 100)
{
    /// <summary>Largest limit of a dimension; it bounds the memory of the sidecar.</summary>
    public const int Maximum = 10_000;
}
