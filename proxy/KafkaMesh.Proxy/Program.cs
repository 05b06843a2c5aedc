using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Decode;

return CommandLine.Run(args, [new RunCommand(), new InitCommand(), new CleanupCommand(), new WaitCommand(), new DecodeCommand()], CommandConsole.OfProcess());
