using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>The checks of the Pod Security Standards levels baseline and restricted, worded as k8s.io/pod-security-admission does.</summary>
internal static class PodSecurityChecks
{
    private static readonly string[] BaselineCapabilities =
        ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"];

    private static readonly string[] RestrictedVolumes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"];

    private static readonly string[] SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ];

    /// <summary>What is wrong with a pod at a level; empty for <c>privileged</c>, an unknown level or a good pod.</summary>
    public static IReadOnlyList<string> Check(string level, JsonObject? metadata, JsonObject? spec)
    {
        var problems = new List<string>();
        if (level is not ("baseline" or "restricted"))
        {
            return problems;
        }

        var isRestricted = level == "restricted";
        if (isRestricted)
        {
            Escalation(spec, problems);
        }

        Capabilities(spec, isRestricted, problems);
        Host(spec, problems);
        Privileged(spec, problems);
        ProcMount(spec, problems);
        Volumes(spec, isRestricted, problems);
        RunAs(spec, isRestricted, problems);
        Seccomp(spec, isRestricted, problems);
        AppArmor(metadata, spec, problems);
        Sysctls(spec, problems);
        return problems;
    }

    private static void Escalation(JsonObject? spec, List<string> problems)
        => Add(problems, "allowPrivilegeEscalation != false", All(spec).Where(c => Security(c).Flag("allowPrivilegeEscalation") != false),
            "must set securityContext.allowPrivilegeEscalation=false");

    private static void Capabilities(JsonObject? spec, bool isRestricted, List<string> problems)
    {
        var allowed = isRestricted ? ["NET_BIND_SERVICE"] : BaselineCapabilities;
        if (isRestricted)
        {
            var undropped = All(spec).Where(c => !Security(c).Map("capabilities").Texts("drop").Contains("ALL")).ToList();
            var extra = Extra(spec, allowed);
            var texts = new List<string>();
            if (undropped.Count > 0)
            {
                texts.Add($"{Names(undropped)} must set securityContext.capabilities.drop=[\"ALL\"]");
            }

            if (extra.Containers.Count > 0)
            {
                texts.Add($"{Names(extra.Containers)} must not include {Quoted(extra.Added)} in securityContext.capabilities.add");
            }

            if (texts.Count > 0)
            {
                problems.Add($"unrestricted capabilities ({string.Join("; ", texts)})");
            }

            return;
        }

        var (containers, added) = Extra(spec, allowed);
        Add(problems, "non-default capabilities", containers, $"must not include {Quoted(added)} in securityContext.capabilities.add");
    }

    private static (List<JsonObject> Containers, IEnumerable<string> Added) Extra(JsonObject? spec, string[] allowed)
    {
        var containers = All(spec).Where(c => Added(c, allowed).Any()).ToList();
        return (containers, containers.SelectMany(c => Added(c, allowed)).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Added(JsonObject container, string[] allowed)
        => Security(container).Map("capabilities").Texts("add").Where(c => !allowed.Contains(c));

    private static void Host(JsonObject? spec, List<string> problems)
    {
        var namespaces = new[] { "hostNetwork", "hostPID", "hostIPC" }.Where(f => spec.Flag(f) == true).Select(f => $"{f}=true").ToList();
        if (namespaces.Count > 0)
        {
            problems.Add($"host namespaces ({string.Join(", ", namespaces)})");
        }

        var open = All(spec).Where(c => c.Items("ports").Any(p => p.Integer("hostPort") is > 0)).ToList();
        if (open.Count > 0)
        {
            var ports = open.SelectMany(c => c.Items("ports")).Select(p => p.Integer("hostPort")).Where(p => p > 0).Distinct().Order();
            var list = string.Join(", ", ports);
            problems.Add($"hostPort ({Names(open)} {(open.Count == 1 ? "uses" : "use")} {(list.Contains(',', StringComparison.Ordinal) ? "hostPorts" : "hostPort")} {list})");
        }
    }

    private static void Privileged(JsonObject? spec, List<string> problems)
        => Add(problems, "privileged", All(spec).Where(c => Security(c).Flag("privileged") == true), "must not set securityContext.privileged=true");

    private static void ProcMount(JsonObject? spec, List<string> problems)
        => Add(problems, "procMount", All(spec).Where(c => Security(c).Text("procMount") is not ("" or "Default")), "must not set securityContext.procMount to \"Unmasked\"");

    private static void Volumes(JsonObject? spec, bool isRestricted, List<string> problems)
    {
        var hostPaths = spec.Items("volumes").Where(v => v.ContainsKey("hostPath")).Select(v => v.Text("name")).ToList();
        if (hostPaths.Count > 0)
        {
            problems.Add($"hostPath volumes ({(hostPaths.Count == 1 ? "volume" : "volumes")} {Quoted(hostPaths)})");
        }

        if (!isRestricted)
        {
            return;
        }

        var bad = spec.Items("volumes").Select(v => (Name: v.Text("name"), Type: v.Select(p => p.Key).FirstOrDefault(k => k != "name" && !RestrictedVolumes.Contains(k)))).Where(v => v.Type is not null).ToList();
        if (bad.Count > 0)
        {
            problems.Add($"restricted volume types ({(bad.Count == 1 ? "volume" : "volumes")} {Quoted(bad.Select(v => v.Name))} {(bad.Count == 1 ? "uses" : "use")} "
                + $"restricted volume {(bad.Select(v => v.Type).Distinct().Count() == 1 ? "type" : "types")} {Quoted(bad.Select(v => v.Type!).Distinct())})");
        }
    }

    private static void RunAs(JsonObject? spec, bool isRestricted, List<string> problems)
    {
        if (!isRestricted)
        {
            return;
        }

        var pod = spec.Map("securityContext");
        var loose = All(spec).Where(c => (Security(c).Flag("runAsNonRoot") ?? pod.Flag("runAsNonRoot")) != true).ToList();
        if (loose.Count > 0)
        {
            problems.Add($"runAsNonRoot != true (pod or {Names(loose)} must set securityContext.runAsNonRoot=true)");
        }

        var roots = All(spec).Where(c => Security(c).Integer("runAsUser") == 0).ToList();
        if (pod.Integer("runAsUser") == 0)
        {
            problems.Add("runAsUser=0 (pod must not set runAsUser=0)");
        }
        else if (roots.Count > 0)
        {
            problems.Add($"runAsUser=0 ({Names(roots)} must not set runAsUser=0)");
        }
    }

    private static void Seccomp(JsonObject? spec, bool isRestricted, List<string> problems)
    {
        var pod = spec.Map("securityContext").Map("seccompProfile").Text("type");
        var bad = All(spec).Where(c => Security(c).Map("seccompProfile").Text("type") == "Unconfined").ToList();
        if (!isRestricted)
        {
            if (pod == "Unconfined")
            {
                problems.Add("seccompProfile (pod must not set securityContext.seccompProfile.type to \"Unconfined\")");
            }

            Add(problems, "seccompProfile", bad, "must not set securityContext.seccompProfile.type to \"Unconfined\"");
            return;
        }

        var missing = All(spec).Where(c => Security(c).Map("seccompProfile").Text("type") is "" or "Unconfined").ToList();
        if (pod is not ("RuntimeDefault" or "Localhost") && missing.Count > 0)
        {
            problems.Add($"seccompProfile (pod or {Names(missing)} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")");
        }
    }

    private static void AppArmor(JsonObject? metadata, JsonObject? spec, List<string> problems)
    {
        var unconfined = All(spec).Where(c => Security(c).Map("appArmorProfile").Text("type") == "Unconfined").ToList();
        Add(problems, "forbidden AppArmor profile", unconfined, "must not set AppArmor profile type to \"Unconfined\"");
        var annotated = (metadata.Map("annotations") ?? []).Where(p => p.Key.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal)
            && p.Value?.ToString() == "unconfined").Select(p => $"{p.Key}=\"unconfined\"").ToList();
        if (annotated.Count > 0)
        {
            problems.Add($"forbidden AppArmor profile ({string.Join(", ", annotated)})");
        }
    }

    private static void Sysctls(JsonObject? spec, List<string> problems)
    {
        var unsafeNames = spec.Map("securityContext").Items("sysctls").Select(s => s.Text("name")).Where(n => !SafeSysctls.Contains(n)).ToList();
        if (unsafeNames.Count > 0)
        {
            problems.Add($"forbidden sysctls ({string.Join(", ", unsafeNames)})");
        }
    }

    private static void Add(List<string> problems, string what, IEnumerable<JsonObject> containers, string must)
    {
        var list = containers.ToList();
        if (list.Count > 0)
        {
            problems.Add($"{what} ({Names(list)} {must})");
        }
    }

    private static IEnumerable<JsonObject> All(JsonObject? spec)
        => spec.Items("initContainers").Concat(spec.Items("containers")).Concat(spec.Items("ephemeralContainers"));

    private static JsonObject? Security(JsonObject container) => container.Map("securityContext");

    private static string Names(List<JsonObject> containers)
        => $"{(containers.Count == 1 ? "container" : "containers")} {Quoted(containers.Select(c => c.Text("name")))}";

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
