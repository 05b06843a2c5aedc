namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>The first names of a set, and how many more there are.</summary>
internal sealed class NameSample
{
    /// <summary>Names that are kept.</summary>
    public const int MaxNames = 50;

    private readonly List<string> _names = [];

    /// <summary>The first ones.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>How many more there are.</summary>
    public int More { get; private set; }

    /// <summary>Adds a name; the same one twice in a row counts once.</summary>
    public void Add(string name)
    {
        if (_names.Count > 0 && _names[^1] == name)
            return;
        if (_names.Count < MaxNames)
            _names.Add(name);
        else
            More++;
    }
}
