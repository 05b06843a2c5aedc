namespace KafkaMesh.Operator.Commands.OperatorApi;

/// <summary>What the help of commands that ask the operator has in common.</summary>
internal static class OperatorHelp
{
    /// <summary>The way to the operator, and who may go it.</summary>
    public const string Access = """
        The operator is asked through the API server, with your kubeconfig: you need to get services/proxy of kafkamesh-operator:dashboard
        in its namespace (Role kafkamesh-view); where it shows nothing without a token, also what a tap needs.
        """;

    /// <summary>How the commands end.</summary>
    public const string ExitCodes = """
        Exit codes:
          0   done
          1   there is no such KafkaMonitor or pod
          64  wrong usage, or no usable kubeconfig
          69  cluster or operator cannot be asked, or do not let you
        """;
}
