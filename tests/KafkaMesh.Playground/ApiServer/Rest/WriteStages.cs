namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>
/// The stages of a write in the order of the real server: decode, field check, defaults (a patch is applied to the stored object first),
/// managedFields, mutating admission, defaults and managedFields again, names and uid, validation, storage.
/// </summary>
internal sealed record WriteStages
{
    /// <summary>Unknown and duplicate fields.</summary>
    public IReadOnlyList<IFieldChecker> FieldCheckers { get; init; } = [];

    /// <summary>Defaults.</summary>
    public IReadOnlyList<IDefaulter> Defaulters { get; init; } = [];

    /// <summary>Patch documents, in the order in which a 415 lists their media types.</summary>
    public IReadOnlyList<IPatcher> Patchers { get; init; } = [];

    /// <summary>Server-side apply and managedFields; null: apply answers 415 and managedFields stay away.</summary>
    public IServerSideApply? ServerSideApply { get; init; }

    /// <summary>Mutating admission.</summary>
    public IReadOnlyList<IAdmission> Admissions { get; init; } = [];

    /// <summary>Validation.</summary>
    public IReadOnlyList<IValidator> Validators { get; init; } = [];

    /// <summary>Reviews and token requests: answered, not stored.</summary>
    public IReadOnlyList<IVirtualResource> Virtuals { get; init; } = [];
}
