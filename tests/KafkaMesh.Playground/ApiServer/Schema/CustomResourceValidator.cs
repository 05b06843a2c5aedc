using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Validates custom resources against the schema of their CRD.</summary>
internal sealed class CustomResourceValidator(SchemaCatalog schemas) : IValidator
{
    /// <inheritdoc/>
    public void Validate(WriteContext context, JsonObject? old, JsonObject obj, List<StatusCause> causes)
    {
        if (context.Kind.IsCustom)
        {
            causes.AddRange(SchemaValidator.Validate(schemas.For(context.Kind), obj).Select(e => e.ToStatusCause()));
        }
    }
}
