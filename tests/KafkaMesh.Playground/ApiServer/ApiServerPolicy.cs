using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.ApiServer;

/// <summary>The deciding parts of an API server.</summary>
/// <param name="Authenticator">Finds out who asks.</param>
/// <param name="Authorizer">Decides what is allowed.</param>
/// <param name="Stages">What a write goes through.</param>
internal sealed record ApiServerPolicy(IAuthenticator Authenticator, IAuthorizer Authorizer, WriteStages Stages)
{
    /// <summary>The parts of a cluster as a fresh Kubernetes has them.</summary>
    public static ApiServerPolicy Standard(ApiServerParts parts) => new(new CertificateAuthenticator(), new AlwaysAllow(), StandardStages(parts));

    private static WriteStages StandardStages(ApiServerParts parts)
    {
        var schemas = SchemaCatalog.Shared;
        return new WriteStages
        {
            FieldCheckers = [new FieldChecker(schemas)],
            Defaulters = [new BuiltInDefaulter(schemas), new CustomResourceDefaulter(schemas)],
            Patchers = [new JsonPatcher(), new MergePatcher(), new StrategicPatcher(schemas)],
            ServerSideApply = new FieldManager(schemas, parts.Time),
            Admissions =
            [
                new NamespaceLifecycle(parts.Store, parts.Kinds),
                new PodAdmission((ns, name) => parts.Store.Get(new ObjectKey("serviceaccounts", ns, name))?.Value, schemas),
                new PodSecurityAdmission(name => parts.Store.Get(new ObjectKey("namespaces", "", name))?.Value),
                new PodStatusInit(schemas),
            ],
            Validators = [new ObjectMetaValidator(), new BuiltInValidator(), new CustomResourceValidator(schemas)],
        };
    }
}
