using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Defaults of custom resources from their CRD.</summary>
internal sealed class CustomResourceDefaulter(SchemaCatalog schemas) : IDefaulter
{
    /// <inheritdoc/>
    public void Apply(WriteContext context, JsonObject obj)
    {
        if (context.Kind.IsCustom)
        {
            SchemaDefaulter.Apply(schemas.For(context.Kind), obj);
        }
    }
}
