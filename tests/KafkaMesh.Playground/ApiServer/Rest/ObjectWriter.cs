using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Creates, replaces and patches objects: runs the stages in the order of a real server and commits to the store.</summary>
internal sealed class ObjectWriter(ObjectStore store, WriteStages stages, TimeProvider time)
{
    private const int MaxTries = 8;

    /// <summary>Creates an object from a decoded body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="obj">The object; it is changed.</param>
    /// <param name="duplicates">Fields that the body gave twice.</param>
    public async Task<WriteResult> CreateAsync(WriteContext context, JsonObject obj, IReadOnlyList<string> duplicates)
    {
        MetadataValidation.CheckTypes(context.Kind, obj);
        PlaceInNamespace(context, obj);
        Check(context, obj, duplicates);
        ObjectMetadata.ClearForCreate(obj, context.Kind);
        Default(context, obj);
        stages.ServerSideApply?.Track(context, null, obj);
        return await AdmitAndCreateAsync(context, obj);
    }

    /// <summary>Replaces an object or one of its subresources by a decoded body.</summary>
    public async Task<WriteResult> UpdateAsync(WriteContext context, JsonObject obj, IReadOnlyList<string> duplicates)
    {
        MetadataValidation.CheckTypes(context.Kind, obj);
        CheckUrlNames(context, obj);
        for (var attempt = 1; ; attempt++)
        {
            var stored = Find(context);
            var old = EventConversion.FromStorage(context.Kind, stored.Value);
            context.Old = old;
            var candidate = (JsonObject)obj.DeepClone();
            CheckResourceVersion(context, candidate, stored);
            CheckUid(context, candidate, old);
            Check(context, candidate, duplicates);
            Default(context, candidate);
            try
            {
                return await AdmitAndUpdateAsync(context, stored, candidate, track: true);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.VersionConflict && ObjectMetadata.Text(obj, "resourceVersion").Length == 0 && attempt < MaxTries)
            {
                continue;
            }
            catch (StoreException e) when (e.Failure is StoreFailure.VersionConflict or StoreFailure.NotFound)
            {
                throw ApiErrors.Conflict(context.Kind, context.Name);
            }
        }
    }

    /// <summary>Applies a patch document to the stored object.</summary>
    public async Task<WriteResult> PatchAsync(WriteContext context, IPatcher patcher, ReadOnlyMemory<byte> patch)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = Find(context);
            var old = EventConversion.FromStorage(context.Kind, stored.Value);
            context.Old = old;
            var patched = patcher.Apply(context, old, patch);
            MetadataValidation.CheckTypes(context.Kind, patched);
            CheckPatchedIdentity(context, patched, old);
            CheckResourceVersion(context, patched, stored);
            Check(context, patched, []);
            Default(context, patched);
            try
            {
                return await AdmitAndUpdateAsync(context, stored, patched, track: true);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.VersionConflict && attempt < MaxTries)
            {
                context.Warnings.Clear();
            }
            catch (StoreException e) when (e.Failure is StoreFailure.VersionConflict or StoreFailure.NotFound)
            {
                throw ApiErrors.Conflict(context.Kind, context.Name);
            }
        }
    }

    /// <summary>Server-side apply: creates or merges.</summary>
    public async Task<WriteResult> ApplyAsync(Func<WriteOperation, JsonObject?, WriteContext> contextFor, JsonObject applied, ResourceKind kind, ObjectKey key)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = store.Get(key);
            var old = stored is null ? null : EventConversion.FromStorage(kind, stored.Value);
            var context = contextFor(old is null ? WriteOperation.Create : WriteOperation.Update, old);
            MetadataValidation.CheckTypes(kind, applied);
            CheckUrlNames(context, (JsonObject)applied.DeepClone());
            if (old is null && context.Subresource.Length > 0)
            {
                throw ApiErrors.NotFound(kind, key.Name);
            }

            var merged = stages.ServerSideApply!.Apply(context, old, (JsonObject)applied.DeepClone());
            Check(context, merged, []);
            try
            {
                return stored is null ? await CreateAppliedAsync(context, merged) : await UpdateAppliedAsync(context, stored, merged);
            }
            catch (StoreException e) when (e.Failure is StoreFailure.VersionConflict or StoreFailure.AlreadyExists && attempt < MaxTries)
            {
                continue;
            }
            catch (StoreException e) when (e.Failure is StoreFailure.VersionConflict or StoreFailure.NotFound)
            {
                throw ApiErrors.Conflict(kind, key.Name);
            }
        }
    }

    private async Task<WriteResult> CreateAppliedAsync(WriteContext context, JsonObject merged)
    {
        PlaceInNamespace(context, merged);
        ObjectMetadata.Of(merged).Remove("resourceVersion");
        ObjectMetadata.ClearForCreate(merged, context.Kind);
        Default(context, merged);
        return await AdmitAndCreateAsync(context, merged);
    }

    private async Task<WriteResult> UpdateAppliedAsync(WriteContext context, StoredObject stored, JsonObject merged)
    {
        CheckResourceVersion(context, merged, stored);
        Default(context, merged);
        return await AdmitAndUpdateAsync(context, stored, merged, track: false);
    }

    private async Task<WriteResult> AdmitAndCreateAsync(WriteContext context, JsonObject obj)
    {
        var admitted = await AdmitAsync(context, obj);
        ObjectMetadata.CompleteForCreate(admitted, time);
        context.Name = ObjectMetadata.Text(admitted, "name");
        KindRules.PrepareForCreate(context.Kind, admitted, time);
        Validate(context, null, admitted);
        if (ObjectMetadata.Text(admitted, "resourceVersion").Length > 0)
        {
            throw ApiErrors.Internal("resourceVersion should not be set on objects to be created");
        }

        var key = KeyOf(context);
        if (context.DryRun)
        {
            return store.Get(key) is null ? new WriteResult(admitted, true) : throw ApiErrors.AlreadyExists(context.Kind, context.Name);
        }

        try
        {
            var stored = store.Create(key, EventConversion.ToStorage(context.Kind, admitted));
            return new WriteResult(EventConversion.FromStorage(context.Kind, stored.Value), true);
        }
        catch (StoreException e) when (e.Failure == StoreFailure.AlreadyExists && context.PatchType is null)
        {
            throw ApiErrors.AlreadyExists(context.Kind, context.Name);
        }
    }

    private async Task<WriteResult> AdmitAndUpdateAsync(WriteContext context, StoredObject stored, JsonObject obj, bool track)
    {
        var old = context.Old!;
        KindRules.PrepareForUpdate(context, obj, old);
        ObjectMetadata.CompleteForUpdate(obj, old, context.Kind);
        if (track)
        {
            stages.ServerSideApply?.Track(context, old, obj);
        }

        var admitted = await AdmitAsync(context, obj);
        KindRules.PrepareForUpdate(context, admitted, old);
        ObjectMetadata.CompleteForUpdate(admitted, old, context.Kind);
        Validate(context, old, admitted);
        var result = EventConversion.ToStorage(context.Kind, admitted);
        if (context.DryRun)
        {
            return new WriteResult(admitted, false);
        }

        if (KindRules.MayBeRemoved(context.Kind, result))
        {
            store.Remove(stored.Key, stored.Version);
            ObjectMetadata.Of(admitted)["resourceVersion"] = stored.Version.ToString(CultureInfo.InvariantCulture);
            return new WriteResult(admitted, false);
        }

        var written = store.Update(stored.Key, stored.Version, result);
        return new WriteResult(EventConversion.FromStorage(context.Kind, written.Value), false);
    }

    private async Task<JsonObject> AdmitAsync(WriteContext context, JsonObject obj)
    {
        var before = obj.DeepClone();
        var current = obj;
        foreach (var admission in stages.Admissions)
        {
            current = await admission.AdmitAsync(context, current) ?? current;
        }

        // What admission changes belongs to no field manager: a real server does not record it either.
        if (!JsonNode.DeepEquals(before, current))
        {
            Default(context, current);
        }

        return current;
    }

    private void Check(WriteContext context, JsonObject obj, IReadOnlyList<string> duplicates)
    {
        foreach (var checker in stages.FieldCheckers)
        {
            checker.Check(context, obj, duplicates);
        }
    }

    private void Default(WriteContext context, JsonObject obj)
    {
        foreach (var defaulter in stages.Defaulters)
        {
            defaulter.Apply(context, obj);
        }
    }

    private void Validate(WriteContext context, JsonObject? old, JsonObject obj)
    {
        var causes = new List<StatusCause>();
        MetadataValidation.Validate(context.Kind, obj, old, causes);
        if (context.Kind.IsCustom && old is not null)
        {
            // A real server validates the metadata of a custom resource's update twice, and says so.
            causes.AddRange([.. causes]);
        }

        foreach (var validator in stages.Validators)
        {
            validator.Validate(context, old, obj, causes);
        }

        if (causes.Count > 0)
        {
            // Events of both APIs are one internal type, which has no group in these texts.
            var kind = context.Kind.Storage == "events" ? context.Kind with { Group = "" } : context.Kind;
            throw ApiErrors.Invalid(kind, ObjectMetadata.Text(obj, "name"), causes);
        }

        context.Warnings.AddRange(MetadataValidation.Warnings(obj));
    }

    private StoredObject Find(WriteContext context) =>
        store.Get(KeyOf(context)) ?? throw ApiErrors.NotFound(context.Kind, context.Name);

    private static ObjectKey KeyOf(WriteContext context) => new(context.Kind.Storage, context.Kind.Namespaced ? context.Namespace : "", context.Name);

    private static void PlaceInNamespace(WriteContext context, JsonObject obj)
    {
        var given = ObjectMetadata.Text(obj, "namespace");
        if (!context.Kind.Namespaced)
        {
            ObjectMetadata.Of(obj).Remove("namespace");
            return;
        }

        if (given.Length > 0 && given != context.Namespace)
        {
            throw NamespaceMismatch();
        }

        ObjectMetadata.Of(obj)["namespace"] = context.Namespace;
    }

    private static void CheckUrlNames(WriteContext context, JsonObject obj)
    {
        var name = ObjectMetadata.Text(obj, "name");
        if (name.Length == 0)
        {
            ObjectMetadata.Of(obj)["name"] = context.Name;
        }
        else if (name != context.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({context.Name})");
        }

        PlaceInNamespace(context, obj);
    }

    private static void CheckPatchedIdentity(WriteContext context, JsonObject patched, JsonObject old)
    {
        var name = ObjectMetadata.Text(patched, "name");
        if (name != context.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({context.Name})");
        }

        var ns = ObjectMetadata.Text(patched, "namespace");
        if (context.Kind.Namespaced && ns != context.Namespace)
        {
            throw NamespaceMismatch();
        }

        var (given, actual) = (ObjectMetadata.Text(patched, "uid"), ObjectMetadata.Text(old, "uid"));
        if (given.Length > 0 && given != actual)
        {
            var cause = new StatusCause("FieldValueInvalid", $"Invalid value: \"{given}\": field is immutable", "metadata.uid");
            throw ApiErrors.Invalid(context.Kind, context.Name, context.Kind.IsCustom ? [cause, cause] : [cause]);
        }
    }

    private static void CheckResourceVersion(WriteContext context, JsonObject obj, StoredObject stored)
    {
        var given = ObjectMetadata.Text(obj, "resourceVersion");
        if (given.Length == 0 || given == "0")
        {
            if (context.PatchType is null && !context.Kind.AllowsUnconditionalUpdate)
            {
                throw ApiErrors.Invalid(
                    context.Kind.Group, context.Kind.Plural, context.Kind.GroupResource, context.Name,
                    [new StatusCause("FieldValueInvalid", "Invalid value: 0: must be specified for an update", "metadata.resourceVersion")]);
            }

            return;
        }

        if (!ulong.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw ApiErrors.Internal($"strconv.ParseUint: parsing \"{given}\": invalid syntax");
        }

        if (version != (ulong)stored.Version)
        {
            throw ApiErrors.Conflict(context.Kind, context.Name);
        }
    }

    private static void CheckUid(WriteContext context, JsonObject obj, JsonObject old)
    {
        var (given, actual) = (ObjectMetadata.Text(obj, "uid"), ObjectMetadata.Text(old, "uid"));
        if (given.Length == 0 || given == actual)
        {
            return;
        }

        var prefix = context.Kind.Group.Length == 0 ? "" : $"{context.Kind.Group}/";
        var path = context.Namespace.Length == 0 ? context.Name : $"{context.Namespace}/{context.Name}";
        throw ApiErrors.Conflict(
            context.Kind, context.Name,
            $"StorageError: invalid object, Code: 4, Key: /registry/{prefix}{context.Kind.Plural}/{path}, ResourceVersion: 0, AdditionalErrorMsg: " +
            $"Precondition failed: UID in precondition: {given}, UID in object meta: {actual}");
    }

    private static ApiException NamespaceMismatch() =>
        ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
}
