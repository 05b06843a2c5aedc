namespace KafkaMesh.Playground.ApiServer.Kinds;

/// <summary>
/// All resource types that the API server serves at this moment: the built-in ones and those of established CustomResourceDefinitions.
/// Readers see a consistent snapshot; writers replace it.
/// </summary>
internal sealed class KindRegistry
{
    private readonly Lock _writers = new();
    private volatile Snapshot _snapshot;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates a registry of the built-in kinds.</summary>
    public KindRegistry(IReadOnlyList<ResourceKind> builtIn) => _snapshot = new Snapshot(builtIn, 1);

    /// <summary>All kinds, built-in ones first, in the order of registration.</summary>
    public IReadOnlyList<ResourceKind> All => _snapshot.Kinds;

    /// <summary>A number that grows with every change; discovery and OpenAPI documents are cached by it.</summary>
    public long Revision => _snapshot.Revision;

    /// <summary>Completes when the set of kinds is newer than <paramref name="revision"/>.</summary>
    public Task WaitForChangeAsync(long revision, CancellationToken cancel)
    {
        lock (_writers)
        {
            return Revision > revision ? Task.CompletedTask : _changed.Task.WaitAsync(cancel);
        }
    }

    /// <summary>The kind behind a URL, or null.</summary>
    public ResourceKind? Find(string group, string version, string plural) =>
        _snapshot.ByPlural.GetValueOrDefault((group, version, plural));

    /// <summary>The kind of an object with the given apiVersion and kind, or null.</summary>
    public ResourceKind? FindKind(string apiVersion, string kind) => _snapshot.ByKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>The kind of a group and plural name in any version, the first registered one, or null.</summary>
    public ResourceKind? FindResource(string group, string plural) => All.FirstOrDefault(k => k.Group == group && k.Plural == plural);

    /// <summary>Whether any kind of the group is served.</summary>
    public bool HasGroup(string group) => All.Any(k => k.Group == group);

    /// <summary>Whether any kind of the group and version is served.</summary>
    public bool HasVersion(string group, string version) => All.Any(k => k.Group == group && k.Version == version);

    /// <summary>Replaces every kind of one custom resource (group and plural) by the given ones; an empty list removes it.</summary>
    public void ReplaceCustom(string group, string plural, IReadOnlyList<ResourceKind> kinds)
    {
        lock (_writers)
        {
            var kept = All.Where(k => !(k.IsCustom && k.Group == group && k.Plural == plural));
            _snapshot = new Snapshot([.. kept, .. kinds], _snapshot.Revision + 1);
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Snapshot(IReadOnlyList<ResourceKind> kinds, long revision)
    {
        public IReadOnlyList<ResourceKind> Kinds { get; } = kinds;

        public long Revision { get; } = revision;

        public Dictionary<(string Group, string Version, string Plural), ResourceKind> ByPlural { get; } =
            kinds.ToDictionary(k => (k.Group, k.Version, k.Plural));

        public Dictionary<(string ApiVersion, string Kind), ResourceKind> ByKind { get; } =
            kinds.Where(k => k.IsStored || !k.IsCustom).DistinctBy(k => (k.ApiVersion, k.Kind)).ToDictionary(k => (k.ApiVersion, k.Kind));
    }
}
