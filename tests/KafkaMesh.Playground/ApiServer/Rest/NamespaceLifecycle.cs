using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The NamespaceLifecycle admission plug-in: nothing is created in a namespace that is missing or going away, and three namespaces stay.</summary>
internal sealed class NamespaceLifecycle(ObjectStore store, KindRegistry kinds) : IAdmission
{
    private static readonly string[] Immortal = ["default", "kube-system", "kube-public"];

    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        var isNamespace = context.Kind is { Group: "", Plural: "namespaces" };
        if (isNamespace && context.Operation == WriteOperation.Delete && Immortal.Contains(context.Name))
        {
            throw ApiErrors.Forbidden("", "namespaces", context.Name, "this namespace may not be deleted");
        }

        if (!isNamespace && context is { Operation: WriteOperation.Create, Namespace.Length: > 0, Kind.Namespaced: true })
        {
            CheckNamespace(context);
        }

        return ValueTask.FromResult(obj);
    }

    private void CheckNamespace(WriteContext context)
    {
        // An access review is about a namespace, not in it.
        if (!context.Kind.IsStored && context.Kind.Group == "authorization.k8s.io")
        {
            return;
        }

        var ns = store.Get(new ObjectKey("namespaces", "", context.Namespace))
            ?? throw ApiErrors.NotFound(kinds.Find("", "v1", "namespaces")!, context.Namespace);
        if (ObjectMetadata.Text(ns.Value, "deletionTimestamp").Length > 0)
        {
            throw ApiErrors.Forbidden(
                context.Kind.Group, context.Kind.Plural, context.Name,
                $"unable to create new content in namespace {context.Namespace} because it is being terminated",
                [new StatusCause("NamespaceTerminating", $"namespace {context.Namespace} is being terminated", "metadata.namespace")]);
        }
    }
}
