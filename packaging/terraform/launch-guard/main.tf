# Launch Guard in one account and region: the template that `mvn -q -Pstackset` writes, as a stack.
terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "name" {
  description = "Name of the stack."
  type        = string
  default     = "launch-guard"
}

variable "template_url" {
  description = "Where target/launch-guard-stackset.yaml lies in S3. It is too long to be sent as a template body."
  type        = string
}

variable "code_bucket_prefix" {
  description = "The package lies in the bucket PREFIX-REGION."
  type        = string
}

variable "code_key" {
  description = "Key of the package; a new version needs a new key."
  type        = string
}

variable "parameters" {
  description = "Other parameters of the stack, as the README's settings have them: { Mode = \"remediate\" }."
  type        = map(string)
  default     = {}
}

resource "aws_cloudformation_stack" "launch_guard" {
  name         = var.name
  template_url = var.template_url
  capabilities = ["CAPABILITY_IAM"]
  parameters = merge(var.parameters, {
    CodeBucketPrefix = var.code_bucket_prefix
    CodeKey          = var.code_key
  })
}

output "outputs" {
  description = "The stack's outputs: names, and commands to paste."
  value       = aws_cloudformation_stack.launch_guard.outputs
}
