using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>
/// Server-side apply and field ownership (KEP-555): the algorithm of structured-merge-diff over <see cref="FieldSet"/>.
/// </summary>
internal sealed class FieldManager(SchemaCatalog schemas, TimeProvider clock) : IServerSideApply
{
    // Fields that belong to the server and to nobody else.
    private static readonly FieldSet Unowned = FieldSet.Decode(JsonNode.Parse(
        """
        {"f:apiVersion":{},"f:kind":{},"f:metadata":{"f:name":{},"f:namespace":{},"f:creationTimestamp":{},"f:selfLink":{},"f:uid":{},
         "f:clusterName":{},"f:generation":{},"f:managedFields":{},"f:resourceVersion":{},"f:deletionTimestamp":{},"f:deletionGracePeriodSeconds":{}}}
        """)!.AsObject());

    /// <inheritdoc/>
    public JsonObject Apply(WriteContext context, JsonObject? current, JsonObject applied)
    {
        Check(context, applied);
        var schema = schemas.For(context.Kind);
        var name = ((applied["metadata"] as JsonObject)?["namespace"]?.ToString() ?? "") + "/" + context.Name;
        TypedChecker.Check(schema, applied, $"({name}; {context.Kind.ApiVersion}, Kind={context.Kind.Kind})");

        var config = WithoutReset(context, applied);
        var live = current is null ? Identity(applied) : WithoutManagedFields(current);
        var entries = EntriesBeforeApply(context, schema, current);
        var self = new ManagedFieldsEntry(context.FieldManager, ManagedFieldsEntry.Apply, context.Kind.ApiVersion, context.Subresource);
        var previous = entries.Find(e => e.IsSameWriter(self));
        var claims = FieldTree.Claims(schema, config);
        var merged = (JsonObject)TypedMerge.Merge(schema, live, config)!;
        var others = entries.Where(e => !e.IsSameWriter(self)).ToList();

        // Name and namespace are claimed while fields are dropped, or the last dropped label would take all of metadata along.
        merged = Prune(schema, merged, [.. others.Select(e => e.Fields), claims], previous?.Fields);

        var difference = FieldComparison.Compare(schema, live, merged);
        var conflicts = Conflicts(others, difference.Changed);
        if (conflicts.Count > 0 && !context.Force)
        {
            throw ConflictError(conflicts);
        }

        var isUnchanged = current is not null && difference.Changed.IsEmpty && difference.Removed.IsEmpty;
        var kept = others.Select(e => e with { Fields = e.Fields.Difference(difference.Changed).Difference(difference.Removed) });
        ManagedFieldsEntry.Write(merged, [.. kept, self with { Fields = Owned(claims), Time = isUnchanged ? previous?.Time ?? Now() : Now() }]);
        return merged;
    }

    /// <inheritdoc/>
    public void Track(WriteContext context, JsonObject? old, JsonObject updated)
    {
        var schema = schemas.For(context.Kind);
        var entries = ManagedFieldsEntry.Read(ChosenEntries(old, updated));
        if (old is not null && entries.Count == 0)
        {
            // Whoever takes the entries away ends the tracking; it begins again with the first apply.
            ManagedFieldsEntry.Write(updated, []);
            return;
        }

        var before = old is null ? ZeroObject.Of(schema) : WithoutManagedFields(old);
        var difference = FieldComparison.Compare(schema, before, WithoutManagedFields(updated));
        var changed = Owned(difference.Changed);
        var self = new ManagedFieldsEntry(context.FieldManager, ManagedFieldsEntry.Update, context.Kind.ApiVersion, context.Subresource);
        var result = entries.ConvertAll(e => e with { Fields = e.Fields.Difference(changed).Difference(difference.Removed) });
        if (!changed.IsEmpty)
        {
            var own = result.Find(e => e.IsSameWriter(self)) ?? self;
            result.Remove(own);
            result.Add(own with { Fields = own.Fields.Union(changed), Time = Now() });
        }

        ManagedFieldsEntry.Write(updated, result);
    }

    // An object whose writers were not tracked belongs to one of a fixed name from its first apply on.
    private List<ManagedFieldsEntry> EntriesBeforeApply(WriteContext context, StructuralSchema schema, JsonObject? current)
    {
        var entries = ManagedFieldsEntry.Read(current);
        if (current is not null && entries.Count == 0)
        {
            var fields = Owned(FieldComparison.Compare(schema, ZeroObject.Of(schema), WithoutManagedFields(current)).Changed);
            entries.Add(new ManagedFieldsEntry("before-first-apply", ManagedFieldsEntry.Update, context.Kind.ApiVersion, "") { Fields = fields, Time = Now() });
        }

        return entries;
    }

    private static void Check(WriteContext context, JsonObject applied)
    {
        if ((applied["metadata"] as JsonObject)?["name"]?.ToString() is { } name && name != context.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({context.Name})");
        }

        if ((applied["metadata"] as JsonObject)?["managedFields"] is JsonArray { Count: > 0 })
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        if (applied["apiVersion"] is null || applied["kind"] is null)
        {
            throw ApiErrors.BadRequest($"invalid object type: {applied["apiVersion"]?.ToString() ?? "/"}, Kind={applied["kind"]}");
        }
    }

    // A client that sends an empty list resets ownership; one that sends none keeps what is stored.
    private static JsonObject? ChosenEntries(JsonObject? old, JsonObject updated)
        => (updated["metadata"] as JsonObject)?["managedFields"] is JsonArray ? updated : old;

    private static JsonObject Prune(StructuralSchema schema, JsonObject merged, IReadOnlyList<FieldSet> managers, FieldSet? last)
    {
        if (last is null || last.IsEmpty)
        {
            return merged;
        }

        var dropped = last.WithNamedFields(schema);
        var pruned = FieldTree.Remove(schema, merged, dropped);
        var managed = managers.Aggregate(FieldSet.Empty, (all, set) => all.Union(set)).WithNamedFields(schema);
        var all = FieldTree.Claims(schema, merged).WithNamedFields(schema);
        pruned = FieldTree.Remove(schema, merged, all.Difference(Present(schema, pruned)).Difference(managed));
        return (JsonObject)FieldTree.Remove(schema, merged, all.Difference(Present(schema, pruned)).Intersection(dropped))!;
    }

    private static FieldSet Present(StructuralSchema schema, JsonNode? value) => FieldTree.Claims(schema, value).WithNamedFields(schema);

    private static List<(ManagedFieldsEntry Entry, FieldSet Fields)> Conflicts(IEnumerable<ManagedFieldsEntry> others, FieldSet changed)
        => [.. others.Select(e => (e, e.Fields.Intersection(changed))).Where(p => !p.Item2.IsEmpty)];

    private static ApiException ConflictError(List<(ManagedFieldsEntry Entry, FieldSet Fields)> conflicts)
    {
        var all = conflicts.OrderBy(c => c.Entry.Describe(), StringComparer.Ordinal)
            .SelectMany(c => c.Fields.Paths().Select(path => (Who: c.Entry.Describe(), Path: path))).ToList();
        var causes = all.Select(c => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {c.Who}",
            ["field"] = c.Path,
        });
        var text = all.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {all[0].Who}: {all[0].Path}"
            : $"Apply failed with {all.Count} conflicts: " + string.Join('\n', all.GroupBy(c => c.Who)
                .Select(g => $"conflicts with {g.Key}:\n{string.Join('\n', g.Select(c => $"- {c.Path}"))}"));
        return new ApiException(409, "Conflict", text, new JsonObject { ["causes"] = new JsonArray([.. causes]) });
    }

    // The main endpoint never touches status, the status endpoint nothing else.
    private static JsonObject WithoutReset(WriteContext context, JsonObject applied)
    {
        var config = WithoutManagedFields(applied);
        if (context.Subresource == "status")
        {
            foreach (var name in config.Select(p => p.Key).Where(name => name is not ("apiVersion" or "kind" or "metadata" or "status")).ToList())
            {
                config.Remove(name);
            }

            config["metadata"] = Identity(applied)["metadata"]?.DeepClone();
            if ((applied["metadata"] as JsonObject)?["resourceVersion"] is { } version)
            {
                // Compared with the stored one before the strategy of the status drops all other metadata.
                config["metadata"]!["resourceVersion"] = version.DeepClone();
            }
        }
        else if (context.Kind.HasStatus)
        {
            config.Remove("status");
        }

        return config;
    }

    private static JsonObject Identity(JsonObject applied)
    {
        var identity = new JsonObject();
        foreach (var name in new[] { "apiVersion", "kind" })
        {
            identity[name] = applied[name]?.DeepClone();
        }

        var metadata = new JsonObject();
        foreach (var name in new[] { "name", "namespace" })
        {
            if ((applied["metadata"] as JsonObject)?[name] is { } value)
            {
                metadata[name] = value.DeepClone();
            }
        }

        identity["metadata"] = metadata;
        return identity;
    }

    private static JsonObject WithoutManagedFields(JsonObject obj)
    {
        var copy = (JsonObject)obj.DeepClone();
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        return copy;
    }

    private static FieldSet Owned(FieldSet fields)
    {
        var metadata = PathElement.Field("metadata");
        var owned = fields.Without(Unowned);
        return owned.Has(metadata)
            ? owned.Difference(FieldSet.Of([(metadata, true, FieldSet.Empty)]))
            : owned;
    }

    private string Now() => clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
